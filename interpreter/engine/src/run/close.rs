//! What comes when all steps are settled: notes for later, outputs, proofs and expectations.

use std::sync::Arc;

use futures::future::join_all;
use rsx_lang::instance::InstanceId;
use rsx_lang::show::show;
use rsx_lang::value::{Query, Value};
use rsx_syntax::Diagnostic;
use smol_str::SmolStr;

use crate::design::{Expectation, Outcome};
use crate::event::{Action, Fact, Place, Proved, Reason, What};
use crate::json::Stored;
use crate::known::Known;
use crate::plan::note;
use crate::problems::{Problem, Trouble};
use crate::provider::Proof;
use crate::run::Closing;
use crate::run::walk::{Halt, Runner};
use crate::scene::seconds;
use crate::schema::PROOF;

impl Runner<'_> {
    /// Ends a run in which every step was settled.
    pub(super) async fn close(&self, closing: Closing) -> Result<(), Halt> {
        self.note_all().await?;
        self.check_rules();
        self.tell_outputs().await?;
        // A broken rule has halted it: what is to be proved is not even wanted.
        if closing == Closing::Prove && (self.is_asked() || !self.is_halted()) {
            self.prove_all().await;
            // What was asked on the way is of then.
            self.design(|design| design.forget_answers());
            self.expect_all().await;
        }
        Ok(())
    }

    /// Writes down what has changed without a call: how things are reached, who refers to whom.
    async fn note_all(&self) -> Result<(), Halt> {
        let facts = self.design(|design| {
            let mut facts = Vec::new();
            for id in design.resources() {
                let address = design.address(id);
                let want = design.want(id);
                let note = note(design, self.scene.sources, id);
                let wanted = self.codec.store(&want);
                facts.extend(self.journal.with(|state| {
                    let entry = state.entries.get(&address)?;
                    // A field whose value nobody knows now keeps the one it had.
                    let mut merged = entry.wanted.clone();
                    merged.retain(|name, _| want.contains_key(name.as_str()));
                    merged.extend(wanted);
                    let same = merged == entry.wanted && note == entry.note;
                    (!same).then_some(Fact::Noted { address, wanted: merged, note })
                }));
            }
            facts
        });
        self.write(facts).await
    }

    /// Tells the outputs that are known; one that is not keeps the value it had, in the journal alone.
    async fn tell_outputs(&self) -> Result<(), Halt> {
        let mut stored = Stored::new();
        let mut told = Vec::new();
        self.design(|design| {
            for (name, value) in design.outputs() {
                let before = || self.journal.with(|state| state.outputs.get(name.as_str()).cloned());
                let known = self.codec.encode(&value);
                if let Some(json) = known.clone().or_else(before) {
                    stored.insert(name.to_string(), json);
                }
                told.extend(known.map(|json| (name, json, show(design.units(), &value))));
            }
        });
        if self.journal.with(|state| state.outputs != stored) {
            self.write(vec![Fact::Told { outputs: stored }]).await?;
        }
        for (name, value, shown) in told {
            self.scene.tell(What::Output { name, value, shown });
        }
        Ok(())
    }

    async fn prove_all(&self) {
        let claims = self.design(|design| {
            let claim = |id: InstanceId| {
                let Value::Record(claim) = design.get(id, PROOF)? else { return None };
                Some((id, design.address(id), Known::new((*claim).clone())?))
            };
            design.having(PROOF).into_iter().filter_map(claim).collect::<Vec<_>>()
        });
        join_all(claims.iter().map(|(id, address, claim)| self.prove(*id, address, claim))).await;
    }

    async fn prove(&self, id: InstanceId, address: &SmolStr, claim: &Known) {
        let at = self.design(|design| design.origin(id, None));
        let text = "what is claimed of it must hold".to_owned();
        let because = vec![Reason::new(text, Place::of(self.scene.sources, at))];
        let verified = async {
            let cx = self.scene.context(address, &self.scene.token(), Action::Verify);
            let proof = self.scene.insist(|| self.scene.provider.prove(&cx, claim)).await;
            let proof =
                proof.map_err(|fault| vec![Problem::fault(address, "proving", fault, at).diagnostic()])?;
            let Proof { host, port, answered, counted, broken, note } = proof;
            self.proved(Proved { address: address.clone(), host, port, answered, counted, note });
            let unproved =
                |words| Problem { at, what: Trouble::Unproved { address: address.clone(), words } };
            broken.map_or(Ok(()), |words| Err(vec![unproved(words).diagnostic()]))
        };
        self.verify(address, because, verified).await;
    }

    async fn expect_all(&self) {
        let expectations = self.design(|design| design.expectations());
        join_all(expectations.into_iter().map(|expectation| self.expect(expectation))).await;
    }

    async fn expect(&self, expectation: Expectation) {
        let at = Place::of(self.scene.sources, expectation.span);
        let because = vec![Reason::new("it is expected", at)];
        let name = expectation.name.clone();
        self.verify(&name, because, self.answered(expectation)).await;
    }

    /// Asks until an expectation is decided.
    async fn answered(&self, mut expectation: Expectation) -> Result<(), Vec<Diagnostic>> {
        let mut asked: Vec<Arc<Query>> = Vec::new();
        loop {
            let queries = match expectation.outcome {
                Outcome::Holds => return Ok(()),
                Outcome::Broken(diagnostics) => return Err(diagnostics),
                Outcome::Asks(queries) => queries,
            };
            if queries.iter().all(|query| asked.contains(query)) {
                let what = Trouble::Undecided { name: expectation.name };
                return Err(vec![Problem { at: expectation.span, what }.diagnostic()]);
            }
            let answers = join_all(queries.iter().map(|query| self.answer(query))).await;
            answers.into_iter().collect::<Result<Vec<()>, _>>()?;
            asked.extend(queries);
            let mut all = self.design(|design| design.expectations());
            let same = |other: &Expectation| other.span == expectation.span;
            match all.iter().position(same) {
                Some(at) => expectation = all.swap_remove(at),
                None => return Ok(()),
            }
        }
    }

    async fn answer(&self, query: &Arc<Query>) -> Result<(), Vec<Diagnostic>> {
        match self.ask(query).await {
            Ok(answer) => {
                self.design(|design| design.answer(query, answer));
                Ok(())
            }
            Err(Halt::Failed(diagnostic)) => Err(vec![*diagnostic]),
            Err(Halt::Asked) => Ok(()),
        }
    }

    /// Tells of a verification as of a step.
    async fn verify(
        &self,
        address: &SmolStr,
        because: Vec<Reason>,
        work: impl Future<Output = Result<(), Vec<Diagnostic>>>,
    ) {
        let began = self.scene.clock.now();
        let (action, expected) = (Action::Verify, 0.0);
        let (whose, why) = (address.clone(), because.clone());
        self.scene.tell(What::StepStarted { address: whose, action, because: why, expected });
        let Ok(verified) = self.unless_asked(work).await else {
            return self.left(address.clone(), action);
        };
        let seconds = seconds(began, self.scene.clock.now());
        match verified {
            Ok(()) => {
                let address = address.clone();
                self.scene.tell(What::StepSettled { address, action, because, seconds });
            }
            Err(diagnostics) => {
                let mut diagnostics = diagnostics.into_iter();
                if let Some(first) = diagnostics.next() {
                    self.fail_step(address.clone(), action, because, seconds, first);
                }
                diagnostics.for_each(|diagnostic| self.complain(diagnostic));
            }
        }
    }
}
