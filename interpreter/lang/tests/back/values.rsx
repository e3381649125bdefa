//! What expressions come to.

stack s { place = "here" }

let caps = [3load, 1load, 2load]
let words = ["b", "a", "b"]
let net = 10.0.0.0/16
let rows = [{ a = 1, b = "x" }, { a = 2, b = "y" }]

output sum          = 1 + 2 * 3                                  // is: 7
output ratio        = 7 / 2                                      // is: 3.5
output time         = 45min * 2                                  // is: 90min
output amount       = 3load * 4h                                 // is: 12load*h
output cost         = 3load * 4h * price                         // is: 24usd
output rate         = price                                      // is: 2usd/(load*h)
output bigger       = max(caps)                                  // is: 3load
output smaller      = min(4, 2)                                  // is: 2
output total        = sum(caps)                                  // is: 6load
output nothing      = sum([for c in caps if c > 9load: c])       // is: 0load
output range        = caps[1]..caps[0]                           // is: 1load..3load
output start        = (1load..3load).start                       // is: 1load
output floors       = floor(7 / 2) + ceil(7 / 2)                 // is: 7
output power        = log2(1000)                                 // is: 9
output different    = distinct(words)                            // is: ["b", "a"]
output twice        = repeated(words + words)                    // is: ["b", "a"]
output fewer        = without(words, ["b"])                      // is: ["a"]
output there        = present([none, 1, none, 2])                // is: [1, 2]
output flat         = flatten([[1], [], [2, 3]])                 // is: [1, 2, 3]
output head         = first(words)                               // is: "b"
output no_head      = first([for w in words if w == "z": w])     // is: none
output letter       = first("xyz")                               // is: 'x'
output joined       = join(words, "-")                           // is: "b-a-b"
output texts        = "${words} and ${caps[0]} and ${words[0]}"  // is: "[\"b\", \"a\", \"b\"] and 3load and b"
output lowered      = lower("ÄBC")                               // is: "äbc"
output begins       = starts_with("abc", "ab") and ends_with("abc", "bc") // is: true
output many         = addresses(net)                             // is: 65536
output behind       = prefix(net)                                // is: 16
output over         = overlaps(net, 10.0.8.0/24)                 // is: true
output cut          = blocks(net, 3)                             // is: [10.0.0.0/18, 10.0.64.0/18, 10.0.128.0/18]
output inside       = 10.0.0.7 in net and 10.0.1.0/24 in net     // is: true
output outside      = 10.1.0.7 in net                            // is: false
output between      = 2load in 1load..3load                      // is: true
output beyond       = 4load in 1load..3load                      // is: false
output in_text      = 'b' in "abc"                               // is: true
output in_list      = "b" in words                               // is: true
output everyone     = all c in caps: c > 0load                   // is: true
output someone      = any c in "abc": c == 'z'                   // is: false
output squares      = [for i in 1..4 if i != 3: i * i]           // is: [1, 4, 16]
output empty        = [for i in 1..0: i]                         // is: []
output nested       = [for i in 1..2: [for j in 1..i: i * 10 + j]] // is: [[11], [21, 22]]
output chosen       = if length(words) > 2 then "many" else "few" // is: "many"
output fallback     = first([for w in words if w == "z": w]) ?? "none of them" // is: "none of them"
output field        = rows[1].b                                  // is: "y"
output negative     = -3load                                     // is: -3load
output size         = length("äöü")                              // is: 3
output where_from   = stack.place                                // is: "here"
output env          = stack.env                                  // is: "default"
