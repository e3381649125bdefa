//! How many calls a deployment makes: one listing answers for all that is waited for.

use libtest_mimic::{Failed, Trial};

use crate::deployment::{Deployment, Wish, runtime};

/// As many readers as an account may have.
const MANY: &str = r#"
stack many { region = "us-east-1" }

network main { cidr = 10.0.0.0/16 }

consumer_pool readers { count = 25, network = main, capacity = 32rpu..64rpu }
"#;

/// Makes the tests.
pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("counts: few listings answer for 25 readers", few_listings)]
}

fn few_listings() -> Result<(), Failed> {
    runtime().block_on(async {
        let many = Deployment::of(MANY);
        many.insist(Wish::Run).await?;
        let at_most = |operation: &str, most: u64| match many.calls_of(operation) {
            calls if calls <= most => Ok(()),
            calls => Err(Failed::from(format!("{calls} calls of {operation}, at most {most} are needed"))),
        };
        at_most("redshift-serverless:CreateWorkgroup", 25)?;
        at_most("redshift-serverless:ListWorkgroups", 12)?;
        at_most("redshift-serverless:ListNamespaces", 12)?;
        at_most("redshift-serverless:GetWorkgroup", 30)?;
        many.assert_settled().await
    })
}
