//! Addresses as people write them, and what they may have meant.

use rsx_engine::design::Design;
use rsx_lang::instance::Address;
use rsx_lang::suggest::nearest;

/// Says that nothing is called so.
pub(crate) fn unknown(text: &str, design: &dyn Design) -> String {
    let resources = design.resources().into_iter().map(|id| design.address(id).to_string());
    let mut names: Vec<String> = resources.flat_map(|address| outer(&address)).collect();
    names.sort_unstable();
    names.dedup();
    match nearest(text, names.iter().map(String::as_str)) {
        Some(near) => format!("there is no `{text}` in this spec; did you mean `{near}`?"),
        None => {
            let declared = names.iter().filter(|name| !name.contains(['.', '['])).map(String::as_str);
            format!(
                "there is no `{text}` in this spec; it declares {}",
                declared.collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// Returns an address and all around it: `a[0].b.c`, `a[0].b`, `a[0]`, `a`.
fn outer(address: &str) -> Vec<String> {
    let Some(Address { root, steps }) = Address::parse(address) else { return Vec::new() };
    let within = |depth| Address { root: root.clone(), steps: steps.iter().take(depth).cloned().collect() };
    (0..=steps.len()).map(|depth| within(depth).to_string()).collect()
}
