//! The way to ActionKit: a proxy with a password and a private authority, named by a profile or by variables.

use crate::support::{Akx, LIST, token};

#[path = "../support/secure.rs"]
mod secure;

use secure::{NAME, Proxy, Secure, fixture};

/// An akx whose profile leads through `proxy`, trusting the private authority.
fn akx(proxy: &Proxy) -> Akx {
    let akx = Akx::new().with("AKX_TOKEN", &token("maria@acme.example.com"));
    std::fs::copy(fixture("ca.pem"), akx.path("ca.pem")).unwrap();
    akx.config(&format!(
        "[profiles.corporate]\nproject = \"p-1\"\nbase_url = \"https://{NAME}\"\napi_url = \"https://{NAME}\"\nca_file = \
         \"ca.pem\"\nproxy = \"http://me:canary@127.0.0.1:{}\"\n",
        proxy.port
    ))
}

#[test]
fn a_profile_leads_through_its_proxy_and_the_doctor_tells_which() {
    let server = Secure::start("server.pem", LIST);
    let proxy = Proxy::start(Some(server.port));
    let akx = akx(&proxy);
    let log = akx.path("akx.log").display().to_string();
    let listed = akx.run(&["list", "--json", "--log", &log]).ended(0);
    assert!(listed.data().contains("SLACK_LIST_CHANNELS"));
    let ran = akx.run(&["run", "SLACK_LIST_CHANNELS", "--log", &log]).ended(0);
    assert_eq!(ran.data(), r#"{"ok":true}"#);
    assert!(proxy.heads().iter().all(|head| head.starts_with(&format!("CONNECT {NAME}:443"))), "{:?}", proxy.heads());
    // The password is for the proxy, the token for the server: neither sees the other's.
    assert!(server.heads().iter().all(|head| head.contains("Bearer ") && !head.contains("proxy-auth")));
    assert!(proxy.heads().iter().all(|head| !head.contains("Bearer ")));
    let doctor = akx.run(&["doctor"]).data();
    let told = format!("Requests go through the proxy 127.0.0.1:{} (profile corporate).", proxy.port);
    assert!(doctor.contains(&told), "{doctor}");
    assert!(doctor.contains("ca.pem (profile corporate) is trusted as well."), "{doctor}");
    let report = akx.run(&["doctor", "--json"]).data() + &akx.run(&["doctor", "--markdown"]).data();
    assert!(report.contains(&told), "{report}");

    // The password is in the config file and on the way to the proxy, and nowhere else.
    let shown = akx.run(&["profile", "show"]).ended(0).data();
    assert!(shown.contains(&format!("http://me:***@127.0.0.1:{}", proxy.port)), "{shown}");
    let json = akx.run(&["profile", "list", "--json"]).ended(0).data();
    for said in [&listed.words(), &ran.words(), &doctor, &report, &shown, &json] {
        assert!(!said.contains("canary"), "{said}");
    }
    std::fs::remove_file(akx.path("config.toml")).unwrap();
    assert!(!akx.everything_written().contains("canary"));
}

#[test]
fn variables_stand_over_the_profile_and_what_is_wrong_is_told_by_its_name() {
    let server = Secure::start("server.pem", LIST);
    let (near, far) = (Proxy::start(Some(server.port)), Proxy::start(None));
    let akx = akx(&far);
    akx.run(&["list"]).ended(6).says(&format!("The proxy on the way to {NAME} did not let the connection through"));
    let akx = akx.with("AKX_PROXY", &format!("127.0.0.1:{}", near.port));
    akx.run(&["list"]).ended(0);
    assert!(akx.run(&["doctor"]).data().contains("(AKX_PROXY)"));
    let akx = akx.with("AKX_CA_FILE", "/nonexistent/ca.pem");
    akx.run(&["list"]).ended(2).says("/nonexistent/ca.pem");
    let akx = akx.with("AKX_PROXY", "socks5://me:canary@p:1");
    let ended = akx.run(&["list"]).ended(2).says("AKX_PROXY is no proxy: expected an HTTP proxy");
    assert!(!ended.words().contains("canary"));
}

#[test]
fn a_proxy_is_set_by_key_and_its_mask_sets_nothing() {
    let akx = Akx::new();
    akx.run(&["profile", "set", "p", "project", "p-1"]).ended(0);
    akx.run(&["profile", "set", "p", "proxy", "http://me:canary@p.example.com:3128"]).ended(0);
    akx.run(&["profile", "set", "p", "ca_file", "ca.pem"]).ended(0);
    akx.run(&["profile", "set", "p", "proxy", "http://me:***@p.example.com:3128"]).ended(0);
    let written = std::fs::read_to_string(akx.path("config.toml")).unwrap();
    assert!(written.contains("me:canary@p.example.com:3128") && written.contains("ca_file = \"ca.pem\""), "{written}");
    let bad = akx.run(&["profile", "set", "p", "proxy", "socks5://me:canary@p"]).ended(2);
    assert!(
        bad.words().contains("error: profiles.p.proxy is no proxy") && !bad.words().contains("canary"),
        "{}",
        bad.words()
    );
}
