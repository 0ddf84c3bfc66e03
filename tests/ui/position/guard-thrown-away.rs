use actix_web::HttpResponse;

// What another attribute macro makes of a handler when it forgets the attributes below it.
async fn handler() -> HttpResponse {
    const _: __rbac_guard_removed_by_another_attribute_macro = ();
    HttpResponse::Ok().finish()
}

fn main() {}
