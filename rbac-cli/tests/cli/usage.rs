//! Help, completions, colours and exit codes.

use crate::process::{finish, run, tool};

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let help = run(&["--help"], "");
    assert_eq!(help.code, 0);
    for word in ["verify", "completions", "Exit codes: 0 fine; 1 findings"] {
        assert!(help.stdout.contains(word), "{word}: {}", help.stdout);
    }
}

#[test]
fn wrong_usage_is_2_and_says_what_is_missing_on_standard_error() {
    let nothing = run(&[], "");
    assert_eq!((nothing.code, nothing.stdout.as_str()), (2, ""));
    let unknown = run(&["verifi"], "");
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("verify"), "{}", unknown.stderr);
    let incomplete = run(&["verify", "--jwks", "keys.json"], "");
    assert_eq!(incomplete.code, 2);
    assert!(incomplete.stderr.contains("--issuer"), "{}", incomplete.stderr);
    assert!(incomplete.stderr.contains("--audience"), "{}", incomplete.stderr);
}

#[test]
fn every_shell_gets_completions_that_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell], "");
        assert_eq!((script.code, script.stderr.as_str()), (0, ""), "{shell}");
        assert!(script.stdout.contains("verify"), "{shell}: {}", script.stdout);
    }
    assert_eq!(run(&["completions", "cmd.exe"], "").code, 2);
}

#[test]
fn colours_are_for_those_who_see_them() {
    let coloured = |settings: &[(&str, &str)], arguments: &[&str]| {
        let mut command = tool(arguments);
        command.envs(settings.iter().copied());
        finish(&mut command, "").stderr.contains('\u{1b}')
    };
    let missing: &[&str] = &["verify", "--signature-only", "--jwks", "/nonexistent"];
    assert!(!coloured(&[], missing), "no terminal");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], missing));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], missing));
    assert!(coloured(
        &[("NO_COLOR", "1")],
        &[missing, &["--color", "always"]].concat()
    ));
    assert!(!coloured(
        &[("CLICOLOR_FORCE", "1")],
        &[missing, &["--color", "never"]].concat()
    ));
}
