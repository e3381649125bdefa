//! The Network Load Balancer, object by object.

/// One internal Network Load Balancer with security groups, which it can only get when it is made.
resource load_balancer {
  fixed name:      BalancerName
  fixed vpc:       Text
  subnets:         List<Text>
  security_groups: List<Text>
  cross_zone:      Bool
  tags:            Map<Text> = stack_tags

  computed arn: Text
  /// The DNS name.
  computed dns: Text

  let takes        = 150s
  let takes_delete = 30s
  let monthly: Usd = nlb_price * 730h
}

/// One target group for addresses, TCP, without preservation of the client's address: targets are interfaces of
/// PrivateLink, with which it would lose every connection.
resource target_group {
  fixed name: BalancerName
  fixed vpc:  Text
  /// What targets that name no port of their own would get: ours all do, so that readers may change theirs.
  through port: Int(1..65535)
  health:       Health
  drain:        WholeSeconds(0s..3600s)
  sticky:       Bool
  tags:         Map<Text> = stack_tags

  computed arn: Text

  let takes = 2s
}

/// One listener, which forwards to a target group.
resource listener {
  fixed load_balancer: Text
  port:                Int(1..65535)
  target_group:        Text
  idle_timeout:        WholeSeconds(60s..6000s)
  tags:                Map<Text> = stack_tags

  computed arn: Text

  let takes = 2s
}

/// One reader among the targets: an address for each interface of its endpoint.
resource target {
  fixed group: Text
  /// New ones come before old ones go.
  addresses:  List<Text>
  fixed port: Int
  /// How long connections may live when it goes.
  through drain: Duration

  let takes        = 45s
  let takes_delete = drain + 5s
}

/// How a balancer asks whether a target is well (ELBv2 CreateTargetGroup).
type Health = {
  /// How often.
  every: WholeSeconds(5s..300s) = 10s
  /// How many answers in a row make it healthy.
  healthy: Int(2..10) = 3
  /// How many failures in a row make it unhealthy. With 2, ELB's own default, one lost packet costs running queries.
  unhealthy: Int(2..10) = 3
}

/// A name of a load balancer or target group: up to 32 characters (ELBv2 CreateLoadBalancer, CreateTargetGroup).
type BalancerName = Text where {
  "1 to 32 characters" = length(self) in 1..32
  "letters, digits and hyphens, no hyphen at either end" =
    not starts_with(self, "-")
      and not ends_with(self, "-")
      and (all c in self: c in 'a'..'z' or c in 'A'..'Z' or c in '0'..'9' or c == '-')
  "not starting with internal-" = not starts_with(self, "internal-")
}
