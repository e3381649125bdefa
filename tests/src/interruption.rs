//! The airline, and steps that change, cut off from the cloud before and after every call: run again it goes on, and in the end the world is as if nothing had happened.
//!
//! One deployment is cut off again and again, each time at the first call that it was not cut off at before: so every
//! call, told apart by what it asks for, is lost once, as a request or as an answer, and each command has to go on from
//! what all those before it have left.

use std::sync::LazyLock;

use libtest_mimic::{Failed, Trial};
use rsx_local::Side;

use crate::deployment::{Deployment, Wish, in_words, runtime};

/// What is deployed.
const EXAMPLE: &str = include_str!("../../examples/airline.rsx");
/// Steps, of which the first runs something else when `NUMBER` becomes another.
const STEPS: &str = r#"
stack tested { region = "us-east-1" }

network main { cidr = 10.0.0.0/16 }

producer writer {
  network  = main
  database = "shop"
  capacity = 32rpu..64rpu
}

step tables {
  on   = writer
  sql  = "create schema sales; create table sales.orders (id int); insert into sales.orders values (NUMBER)"
  undo = "drop schema sales cascade"
}

step items {
  on    = writer
  after = [tables]
  sql   = "create table sales.items (id int); insert into sales.items select id from sales.orders"
  undo  = "drop table sales.items"
}

expect once {
  require sql(writer, "select count(*) from sales.items where id = NUMBER") == 1
  else "the items are not there, or twice"
}
"#;
/// How many calls must have been lost at least: fewer would mean that they are not told apart.
const MANY: usize = 100;
/// The same of a change of steps.
const SOME: usize = 8;
/// How often one deployment may be cut off.
const HOPELESS: usize = 3000;

/// Makes the tests.
pub(crate) fn trials() -> Vec<Trial> {
    let trial =
        |wish, side, what: &str| Trial::test(format!("interruption: {what}"), move || everywhere(wish, side));
    vec![
        trial(Wish::Run, Side::Before, "every request of a run is lost"),
        trial(Wish::Run, Side::After, "every answer to a run is lost"),
        trial(Wish::Destroy, Side::Before, "every request of a destroy is lost"),
        trial(Wish::Destroy, Side::After, "every answer to a destroy is lost"),
        Trial::test("interruption: every request of a change of steps is lost", || changed(Side::Before)),
        Trial::test("interruption: every answer to a change of steps is lost", || changed(Side::After)),
    ]
}

/// What there is after a run, and after a destroy, that nobody has cut off.
struct Calm {
    made: String,
    left: String,
}

static CALM: LazyLock<Result<Calm, String>> = LazyLock::new(|| runtime().block_on(calm()));

async fn calm() -> Result<Calm, String> {
    let words = |failed: Failed| format!("{failed:?}");
    let calm = Deployment::of(EXAMPLE);
    calm.insist(Wish::Run).await.map_err(words)?;
    let made = calm.listing().await.map_err(words)?;
    calm.insist(Wish::Destroy).await.map_err(words)?;
    Ok(Calm { made, left: calm.listing().await.map_err(words)? })
}

fn everywhere(wish: Wish, side: Side) -> Result<(), Failed> {
    let Calm { made, left } = CALM.as_ref().map_err(Failed::from)?;
    runtime().block_on(async {
        let cut = Deployment::of(EXAMPLE);
        match wish {
            Wish::Run => {
                cut.lose_everything(wish, side, MANY).await?;
                same(made, &cut.listing().await?)?;
                cut.assert_settled().await
            }
            Wish::Destroy => {
                cut.insist(Wish::Run).await?;
                cut.lose_everything(wish, side, MANY).await?;
                same(left, &cut.listing().await?)
            }
        }
    })
}

/// What is undone and run again is so once, whatever is lost.
fn changed(side: Side) -> Result<(), Failed> {
    runtime().block_on(async {
        let mut cut = Deployment::of(&STEPS.replace("NUMBER", "1"));
        cut.insist(Wish::Run).await?;
        cut.rewrite(&STEPS.replace("NUMBER", "2"));
        cut.lose_everything(Wish::Run, side, SOME).await?;
        cut.assert_settled().await
    })
}

fn same(expected: &str, found: &str) -> Result<(), Failed> {
    match expected == found {
        true => Ok(()),
        false => Err(similar::TextDiff::from_lines(expected, found).unified_diff().to_string().into()),
    }
}

/// The code under which it is told that no answer came.
const LOST: &str = "rsx::run::lost";

impl Deployment {
    /// Loses every call once, and each time all that follow it, until there is none left.
    async fn lose_everything(&self, wish: Wish, side: Side, least: usize) -> Result<(), Failed> {
        for _ in 0..HOPELESS {
            self.wire.lose_next(side);
            let ended = self.attempt(wish).await;
            let was_cut = self.wire.mend();
            match ended {
                Ok(_) if was_cut => return Err("nobody noticed that it was cut".into()),
                Ok(_) if self.wire.losses() < least => return Err("hardly a call was lost".into()),
                Ok(_) => return Ok(()),
                Err(told) if was_cut && told.iter().all(|one| one.code.as_str() == LOST) => {}
                Err(told) => return Err(in_words(&told).into()),
            }
        }
        Err("it never comes to its end".into())
    }
}
