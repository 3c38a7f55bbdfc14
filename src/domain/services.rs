//! Where Paragon's other services answer, given where ActionKit does.
//!
//! The user token goes to each of them, so none may be looked for at a host nobody chose: only ActionKit's own address
//! in the cloud leads to the cloud, and only the on-premises naming (`worker-actionkit.<host>`) to a neighbour.

/// ActionKit in Paragon's cloud (fact sheet §1.1).
pub const ACTIONKIT: &str = "https://actionkit.useparagon.com";

/// A service beside ActionKit that takes the same token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Paragon's own API: what a user has connected, choices for fields.
    Api,
    /// The Proxy API.
    Proxy,
}

impl Service {
    /// Its address in Paragon's cloud (fact sheet §1.1).
    pub const fn in_the_cloud(self) -> &'static str {
        match self {
            Self::Api => "https://zeus.useparagon.com",
            Self::Proxy => "https://proxy.useparagon.com",
        }
    }

    /// What stands before the host where Paragon runs on premises, as `worker-actionkit.` does for ActionKit.
    const fn on_premises(self) -> &'static str {
        match self {
            Self::Api => "zeus",
            Self::Proxy => "worker-proxy",
        }
    }

    /// Its address where ActionKit answers at `base_url`: the cloud's beside the cloud's, the neighbour's beside
    /// `worker-actionkit.<host>`, and `base_url` itself anywhere else, as the sandbox answers for all of them.
    pub fn beside(self, base_url: &str) -> String {
        let base_url = base_url.trim_end_matches('/');
        if base_url.eq_ignore_ascii_case(ACTIONKIT) {
            return self.in_the_cloud().to_owned();
        }
        let on_premises = base_url.split_once("://").and_then(|(scheme, rest)| {
            let prefix = "worker-actionkit.";
            let is_named_so = rest.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
            is_named_so.then(|| format!("{scheme}://{}.{}", self.on_premises(), &rest[prefix.len()..]))
        });
        on_premises.unwrap_or_else(|| base_url.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_clouds_own_address_leads_to_the_cloud() {
        for (base, api, proxy) in [
            ("https://actionkit.useparagon.com", "https://zeus.useparagon.com", "https://proxy.useparagon.com"),
            ("https://worker-actionkit.acme.example", "https://zeus.acme.example", "https://worker-proxy.acme.example"),
            (
                "https://worker-actionkit.acme.example:8443/x",
                "https://zeus.acme.example:8443/x",
                "https://worker-proxy.acme.example:8443/x",
            ),
        ] {
            assert_eq!((&*Service::Api.beside(base), &*Service::Proxy.beside(base)), (api, proxy));
        }
        for base in [
            "http://127.0.0.1:1721",
            "https://actionkit.staging.acme.example",
            "https://actionkit.vercel.app",
            "https://paragon.example.com/actionkit.x",
            "https://actionkit.useparagon.com.evil.example",
            "http://actionkit.useparagon.com",
            "https://actionkit.useparagon.com:444",
            "https://gateway.example/https://actionkit.useparagon.com",
            "nonsense",
        ] {
            for service in [Service::Api, Service::Proxy] {
                assert_eq!(service.beside(base), base);
            }
        }
    }
}
