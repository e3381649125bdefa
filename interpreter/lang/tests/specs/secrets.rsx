//! Secrets in the wrong hands.

harbour north { block = 10.0.0.0/16 }
param word: Secret<Word>
let passed: Secret<Word> = word
let plain = "Correct1horse"
boat a { harbour = north, speed = 1knot.., crew = { password = "short" } }  // error: rsx::secret::literal
boat b { harbour = north, speed = 1knot.., crew = { password = plain } }  // error: rsx::secret::literal
boat c { harbour = north, speed = 1knot.., crew = { password = passed } }
boat d { harbour = north, speed = 1knot.., nick = word }  // error: rsx::secret::leak
output shown = word  // error: rsx::secret::leak
output within = a.crew  // error: rsx::secret::leak
let text = "${word}"  // error: rsx::secret::leak
let longer = length(word)  // error: rsx::secret::leak
let same = word == word  // error: rsx::secret::leak
let made = is_generated(word)
env dev { word = "Correct1horse" }  // error: rsx::secret::literal
expect "leaks" { require sql(a, "select $1", word) == 1 }  // error: rsx::secret::leak
