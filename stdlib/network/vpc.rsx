//! The private network itself: zones, VPC, subnets, routes.

/// The availability zones of an account in the stack's region, by name.
///
/// Names map to different zones in different accounts, so they are looked up
/// (EC2 DescribeAvailabilityZones, `zone-type=availability-zone`, `state=available`).
resource zones {
  /// In alphabetical order.
  found names: List<Text>
}

/// One VPC, with DNS support and DNS host names switched on.
resource vpc {
  fixed cidr: VpcCidr
  name:       Text
  tags:       Map<Text> = stack_tags

  computed id: Text

  let takes        = 3s
  let takes_delete = 2s
}

/// One subnet of a VPC, in one zone, without public addresses.
resource subnet {
  fixed vpc:  Text
  fixed cidr: SubnetCidr
  fixed zone: Text
  name:       Text
  tags:       Map<Text> = stack_tags

  computed id: Text

  let takes        = 2s
  let takes_delete = 2s
  /// EC2 lets no subnet go in which interfaces lie (DeleteSubnet, `DependencyViolation`).
  let bound = "give it another block as well: a new subnet is made beside it, and it goes when nothing lies in it"
}

/// One route table with the local route alone: no way to the internet.
resource route_table {
  fixed vpc: Text
  name:      Text
  tags:      Map<Text> = stack_tags

  computed id: Text

  let takes = 1s
}

/// That a subnet uses a route table.
resource route_table_association {
  fixed table:  Text
  fixed subnet: Text

  computed id: Text

  let takes = 1s
}

/// A gateway endpoint, which keeps traffic to a service of AWS inside the VPC; it costs nothing.
resource gateway_endpoint {
  fixed vpc: Text
  /// The service's short name, such as `s3`.
  fixed service: Text
  tables:        List<Text>
  name:          Text
  tags:          Map<Text> = stack_tags

  computed id: Text

  let takes = 5s
}

/// A VPC's block: /16 to /28 (EC2 CreateVpc).
type VpcCidr = Cidr where {
  "a network from /16 to /28" = prefix(self) in 16..28
}

/// A subnet's block: /16 to /28 (EC2 CreateSubnet).
type SubnetCidr = Cidr where {
  "a network from /16 to /28" = prefix(self) in 16..28
}
