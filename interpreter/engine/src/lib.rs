//! A model and a state to a plan, a plan to events, events to a state.
