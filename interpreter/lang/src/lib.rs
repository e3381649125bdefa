//! Syntax trees to a checked model: names, types, evaluation, rules, cost.
