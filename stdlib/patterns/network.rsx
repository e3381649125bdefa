//! The network that users write: a VPC with private subnets in three zones or more.

/// A private network: a VPC, one subnet a zone, a route table without a way out.
///
/// Security groups are made by those who need them, from who talks to whom.
///
/// ```rsx
/// stack s { region = "us-east-1" }
/// network main {
///   cidr    = 10.0.0.0/16
///   zones   = ["us-east-1a", "us-east-1b", "us-east-1c"]
///   subnets = [10.0.0.0/23, 10.0.2.0/23, 10.0.4.0/23]
/// }
/// ```
pattern network {
  /// The block of the whole network, /16 to /28.
  cidr: VpcCidr
  /// Names of the zones; left out, the first that the account has, one for each subnet, else three.
  zones: List<Text>?
  /// One block a zone; left out, equal blocks, the largest power of two that fits.
  subnets: List<SubnetCidr>?

  let size =
    if zones != none
      then length(zones ?? [])
      else if subnets != none then length(subnets ?? []) else 3
  let blocks_ = subnets ?? blocks(cidr, size)

  // What AWS takes as a subnet: 16 addresses or more. Of the others one error is enough.
  let cut = [for b in blocks_ if addresses(b) >= 16: b]

  make zones account { }

  let zone_names: List<Text> = zones ?? [for i in 0..size - 1: account.names[i]]

  make vpc vpc { cidr = cidr, name = physical_name(self, 255) }

  /// A subnet is known by its block, so that one more, wherever it stands, leaves the others what they are.
  let places = [
    for i in 0..min(size, length(cut)) - 1: { cidr = cut[i], zone = zone_names[i], at = i }
  ]

  make subnet subnet for p in places {
    vpc  = vpc.id
    cidr = p.cidr
    zone = p.zone
    name = "${physical_name(self, 240)}-${p.zone}"
  }

  make route_table routes { vpc = vpc.id, name = physical_name(self, 255) }

  make route_table_association route for p in places {
    table  = routes.id
    subnet = subnet[p.at].id
  }

  let enhanced =
    (any p in referrers(producer, self): p.enhanced_routing)
      or (any c in referrers(consumer, self): c.enhanced_routing)

  /// With enhanced routing COPY and UNLOAD go through the VPC, and need a way to S3.
  make gateway_endpoint s3 if enhanced {
    vpc     = vpc.id
    service = "s3"
    tables  = [routes.id]
    name    = physical_name(self, 255)
  }

  /// As a peer, a network is its addresses, and has no security group.
  let source_cidr: Cidr? = cidr
  let group_id: Text     = ""

  let vpc_id     = vpc.id
  let subnet_ids = [for s in subnet: s.id]

  /// Addresses that the fullest subnet needs: 5 that AWS keeps, those of every workgroup, 1 for each balancer.
  let needed_by_readers   = sum([for c in referrers(consumer, self): c.addresses_needed])
  let needed_by_writers   = sum([for p in referrers(producer, self): p.addresses_needed])
  let needed_by_balancers = length(referrers(nlb, self))
  let needed              = 5 + needed_by_readers + needed_by_writers + needed_by_balancers
}
