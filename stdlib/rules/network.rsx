//! Zones, subnets and addresses.

/// Fewer than three availability zones.
///
/// Redshift Serverless with enhanced routing needs three subnets in three zones. Without it two would do since July
/// 2025; rsx asks for three always, so that a zone may fail and readers remain. Where you know better, write
/// `allow rsx::network::too_few_zones because "…"`; with enhanced routing AWS itself refuses.
///
/// Source: Redshift management guide, considerations for Redshift Serverless.
///
/// ```rsx
/// network main {
///   cidr    = 10.0.0.0/16
///   subnets = [10.0.0.0/23, 10.0.2.0/23]  // error: rsx::network::too_few_zones
/// }
/// ```
rule rsx::network::too_few_zones on network {
  let reach = if self.zones == none then self.size else length(distinct(self.zones ?? []))

  strength = if self.enhanced then law else house
  require reach >= 3
  else "the subnets lie in ${reach} availability zone${if reach == 1 then "" else "s"}; at least 3 are needed"
  at   if self.zones == none then self.subnets else self.zones "${reach} zone${if reach == 1 then "" else "s"}"
  help "add a subnet in another zone of the region"
}

rule rsx::name::duplicate on network {
  let zones_ = self.zones ?? []

  strength = law
  require false for z in repeated(zones_) if length(distinct(zones_)) >= 3
  else "the zone `${z}` is named twice; each zone has one subnet"
  at   [for zone in zones_ if zone == z: zone][1] "the second of that name"
  also [for zone in zones_ if zone == z: zone][0] "the first"
  help "name another zone, or take one away"
}

/// A network with more zones than subnets, or more subnets than zones.
///
/// There is one subnet in each zone. Leave `zones` out and rsx takes as many as there are subnets.
///
/// ```rsx
/// network main {
///   cidr    = 10.0.0.0/16
///   zones   = ["us-east-1a", "us-east-1b", "us-east-1c"]
///   subnets = [10.0.0.0/23, 10.0.2.0/23, 10.0.4.0/23, 10.0.6.0/23]  // error: rsx::network::zones_and_subnets
/// }
/// ```
rule rsx::network::zones_and_subnets on network {
  strength = law
  require length(self.zones ?? []) == length(self.subnets ?? [])
    if self.zones != none and self.subnets != none
  else "there are ${length(self.zones ?? [])} zones and ${length(self.subnets ?? [])} subnets; each zone has one subnet"
  at   self.subnets "${length(self.subnets ?? [])} subnets"
  also self.zones "${length(self.zones ?? [])} zones"
  help "name as many zones as subnets, or leave `zones` out"
}

rule rsx::network::zones_and_subnets on network {
  let there = length(self.account.names)

  strength = law
  require self.size <= there if self.zones == none
  else "there are ${self.size} subnets, and `${stack.region}` has ${there} zones for this account; each zone has one subnet"
  at   self.subnets "${self.size} subnets"
  help "take subnets away, or choose a region with more zones"
}

/// A subnet that does not lie inside its network.
///
/// Source: EC2 CreateSubnet, `InvalidSubnet.Range`.
///
/// ```rsx
/// network main {
///   cidr    = 10.0.0.0/16
///   subnets = [10.0.0.0/23, 10.0.2.0/23, 10.1.4.0/23]  // error: rsx::network::subnet_outside
/// }
/// ```
rule rsx::network::subnet_outside on network {
  strength = law
  require s in self.cidr for s in self.subnets ?? []
  else "the subnet ${s} lies outside ${self.cidr}"
  at   s "outside"
  also self.cidr "the network"
  help "choose a block inside ${self.cidr}"
}

/// Two subnets that share addresses.
///
/// Source: EC2 CreateSubnet, `InvalidSubnet.Conflict`.
///
/// ```rsx
/// network main {
///   cidr    = 10.0.0.0/16
///   subnets = [10.0.0.0/23, 10.0.2.0/23, 10.0.3.0/24]  // error: rsx::network::subnets_overlap
/// }
/// ```
rule rsx::network::subnets_overlap on network {
  let blocks_ = self.subnets ?? []

  strength = law
  require not (any j in 0..i - 1: overlaps(blocks_[i], blocks_[j])) for i in 0..length(blocks_) - 1
  else "the subnet ${blocks_[i]} overlaps ${first([for j in 0..i - 1 if overlaps(blocks_[i], blocks_[j]): blocks_[j]]) ?? blocks_[i]}"
  at   blocks_[i] "shares addresses"
  also blocks_[first([for j in 0..i - 1 if overlaps(blocks_[i], blocks_[j]): j]) ?? 0] "with this one"
  help "choose blocks that lie apart"
}

/// A subnet too small for what is put into it.
///
/// In every subnet AWS keeps 5 addresses, each workgroup takes 3, and each balancer 1. With `enhanced_routing` a
/// workgroup takes 5 and a quarter of its largest RPU: one without a maximum counts as 1024.
///
/// Source: Redshift management guide, considerations for Redshift Serverless; the figures for enhanced routing are
/// AWS's table of 2022–23, which 5 + RPU/4 reproduces.
///
/// ```rsx
/// network main {
///   cidr    = 10.0.0.0/16
///   subnets = [10.0.0.0/28, 10.0.0.16/28, 10.0.0.32/28]  // error: rsx::network::too_few_addresses
/// }
/// consumer_pool readers { count = 4, network = main, capacity = 32rpu..64rpu }
/// ```
rule rsx::network::too_few_addresses on network {
  let room = min([for b in self.blocks_: addresses(b)] + [4294967296])

  strength = law
  require self.needed <= room if length(self.blocks_) > 0
  else "a subnet needs ${self.needed} addresses: 5 for AWS + ${self.needed_by_writers + self.needed_by_readers} for workgroups + ${self.needed_by_balancers} for balancers; the fullest has ${room}"
  at   if self.subnets == none then self.cidr else self.subnets "${room} addresses"
  help "use larger subnets, or put fewer workgroups into this network"
  require 16 <= room if self.subnets == none and self.needed <= room and length(self.blocks_) > 0
  else "in ${self.size} subnets each has ${room} addresses; AWS makes none with fewer than 16"
  at   self.cidr "cut into ${self.size}"
  help "use a larger network, or fewer zones"
}
