//! The demo with its embedded issuer: the whole contract by every user, and what a real Keycloak would answer.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use rbac_tests::live::demo::Demo;
use rbac_tests::live::issuer::Issuer;
use rbac_tests::live::prover::assert_bound_tokens_are_their_holders;
use rbac_tests::live::table;
use rbac_tests::live::trials::{self, Shared, VALIDATIONS, block_on, validation};

fn main() -> ExitCode {
    let demo = Shared::<Demo>::default();
    let at = move || trials::demo_with_embedded_issuer(&demo).embedded_issuer();
    let mut trials = trials::of_facts("embedded issuer", at);
    trials.extend(VALIDATIONS.map(table));
    trials.extend(VALIDATIONS.map(bound));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn bound(mode: &'static str) -> Trial {
    let run = move || {
        block_on(async {
            let demo = Demo::start(&validation(mode)).await;
            assert_bound_tokens_are_their_holders(&demo, &Issuer::at(demo.embedded_issuer())).await;
        });
        Ok(())
    };
    Trial::test(
        format!("bound_tokens_are_their_holders_with_{mode}_validation"),
        run,
    )
    .with_kind("embedded issuer")
}

fn table(mode: &'static str) -> Trial {
    let run = move || {
        block_on(async {
            let demo = Demo::start(&validation(mode)).await;
            let issuer = Issuer::at(demo.embedded_issuer());
            for table in [table::TOKENS, table::USERS] {
                let title = format!("embedded issuer, KEYCLOAK_TOKEN_VALIDATION={mode}");
                table.run(&title, &demo, &issuer).await.assert_as_expected();
            }
        });
        Ok(())
    };
    Trial::test(
        format!("the_contract_holds_for_every_user_with_{mode}_validation"),
        run,
    )
    .with_kind("embedded issuer")
}
