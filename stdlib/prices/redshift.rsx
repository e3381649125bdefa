//! What things cost, by region: list prices in US dollars, without discounts, as of November 2026.

/// The price of one RPU for one hour.
///
/// Source: AWS's billing page for Redshift Serverless (0.375 in us-east-1); dev.classmethod.jp of 2025-07 for the others.
let rpu_prices = [
  { region = "us-east-1", price = 0.375usd / (1rpu * 1h) },
  { region = "us-east-2", price = 0.36usd / (1rpu * 1h) },
  { region = "us-west-2", price = 0.36usd / (1rpu * 1h) },
  { region = "ap-northeast-1", price = 0.494usd / (1rpu * 1h) },
]

/// The price of a Network Load Balancer for one hour, without its capacity units.
///
/// Source: the structure of ELB's pricing page; awsnegotiations.com of May 2026. One figure for all regions.
let nlb_price = 0.0225usd / 1h

/// The price here of one RPU for one hour; nothing in a region without a price.
let rpu_price =
  first([for p in rpu_prices if p.region == stack.region: p.price]) ?? (0usd / (1rpu * 1h))

/// Whether there is a price for this region.
let has_price: Bool = any p in rpu_prices: p.region == stack.region

/// How long a month is for what bills while it is in use.
let month_days = 30

/// How long a month is for what bills by the hour.
let month_hours = 730h
