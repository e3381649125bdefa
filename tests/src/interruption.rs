//! The airline, cut off from the cloud before and after every call: run again it goes on, and in the end the world is as if nothing had happened.
//!
//! One deployment is cut off again and again, each time one call later than the last: so every call of a run is
//! lost once as a request and once as an answer, and each run has to go on from what all those before it
//! have left. Others are cut off once, at calls that are spread over the whole.

use libtest_mimic::{Failed, Trial};
use rsx_local::{Cut, Faults, Side};

use crate::deployment::{Deployment, Wish, runtime};

/// What is deployed.
const EXAMPLE: &str = include_str!("../../examples/airline.rsx");
/// How often one deployment may fail to get any further.
const HOPELESS: u64 = 4000;
/// At how many calls others are cut off once, in each direction.
const SAMPLES: u64 = 4;

/// Makes the tests.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("interruption: cut at every call of a run", every_call),
        Trial::test("interruption: cut once, somewhere in a run or a destroy", somewhere),
    ]
}

fn every_call() -> Result<(), Failed> {
    runtime().block_on(async {
        let (calm, cut) = (Deployment::of(EXAMPLE), Deployment::of(EXAMPLE));
        calm.insist(Wish::Run).await?;
        let made = calm.listing().await?;
        cut.cut_everywhere(Wish::Run).await?;
        same("what was made", &made, &cut.listing().await?)?;
        cut.assert_settled().await
    })
}

fn somewhere() -> Result<(), Failed> {
    runtime().block_on(async {
        let calm = Deployment::of(EXAMPLE);
        calm.insist(Wish::Run).await?;
        let (made, making) = (calm.listing().await?, calm.calls());
        calm.insist(Wish::Destroy).await?;
        let (left, taking) = (calm.listing().await?, calm.calls() - making);
        for sample in 0..SAMPLES {
            let side = if sample % 2 == 0 { Side::Before } else { Side::After };
            let one = Deployment::of(EXAMPLE);
            let at = |calls: u64| calls * (2 * sample + 1) / (2 * SAMPLES);
            one.cut_once(Wish::Run, at(making), side).await?;
            same(&format!("cut {side:?} call {}", at(making)), &made, &one.listing().await?)?;
            one.assert_settled().await?;
            one.cut_once(Wish::Destroy, at(taking), side).await?;
            same(&format!("cut {side:?} call {}", at(taking)), &left, &one.listing().await?)?;
        }
        Ok(())
    })
}

fn same(what: &str, expected: &str, found: &str) -> Result<(), Failed> {
    match expected == found {
        true => Ok(()),
        false => {
            let diff = similar::TextDiff::from_lines(expected, found).unified_diff().to_string();
            Err(format!("{what}:\n{diff}").into())
        }
    }
}

impl Deployment {
    /// From this call on, counted from now, nothing answers any more.
    fn cut(&self, call: u64, side: Side) {
        let cut = Some(Cut { call: self.calls() + call, side });
        self.cloud.set_faults(Faults { cut, ..Faults::default() });
    }

    fn heal(&self) {
        self.cloud.set_faults(Faults::default());
    }

    /// Cuts at the first call, before and after it, then at the second, and so on, until there is none left.
    async fn cut_everywhere(&self, wish: Wish) -> Result<(), Failed> {
        for cut in 0..HOPELESS {
            let (call, side) = (cut / 2 + 1, if cut % 2 == 0 { Side::Before } else { Side::After });
            let began = self.calls();
            self.cut(call, side);
            let ended = self.attempt(wish).await;
            self.heal();
            if self.calls() < began + call {
                return ended.map(drop).map_err(|words| format!("uncut: {words}").into());
            }
        }
        Err("it never comes to its end".into())
    }

    async fn cut_once(&self, wish: Wish, call: u64, side: Side) -> Result<(), Failed> {
        self.cut(call, side);
        let ended = self.attempt(wish).await;
        self.heal();
        if ended.is_ok() {
            return Err(format!("nobody noticed the cut at call {call}").into());
        }
        self.insist(wish).await
    }
}
