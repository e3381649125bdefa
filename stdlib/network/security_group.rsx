//! Who may talk to whom: security groups and their rules, one object each.

/// One security group without any rule: the rule for all egress that EC2 puts in is taken out.
resource security_group {
  fixed vpc:         Text
  fixed name:        SecurityGroupName
  fixed description: Text
  tags:              Map<Text> = stack_tags

  computed id: Text

  let unique       = ["vpc", "name"]
  let takes        = 3s
  let takes_delete = 60s
}

/// One rule of a security group, for TCP on one port.
resource security_group_rule {
  fixed group:     Text
  fixed direction: Direction
  fixed port:      TcpPort
  /// The peer, if it is a network.
  fixed cidr: Cidr?
  /// The peer, if it is a security group.
  fixed peer:  Text?
  description: Text
  tags:        Map<Text> = stack_tags

  computed id: Text

  let takes = 1s
}

/// A port that somebody can listen on.
type TcpPort = Int(1..65535)

/// Which way a rule lets traffic pass.
type Direction = ingress | egress

/// A security group's name: up to 255 characters, not starting `sg-` (EC2 CreateSecurityGroup).
type SecurityGroupName = Text where {
  "1 to 255 characters"   = length(self) in 1..255
  "not starting with sg-" = not starts_with(self, "sg-")
}
