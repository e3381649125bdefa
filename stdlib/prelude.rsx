//! What the language takes for granted: dimensions and the units they are written in.

/// Time. There is no month: how long one is depends on which.
dimension Duration { s = 1, min = 60, h = 3600, d = 86400 }

/// The capacity of a warehouse.
dimension Rpu { rpu = 1 }

/// Money.
dimension Usd { usd = 1 }

/// Storage.
dimension Size { MiB = 1, GiB = 1024, TiB = 1048576 }

/// A time that AWS counts in seconds.
type WholeSeconds = Duration where {
  "whole seconds" = floor(self / 1s) == self / 1s
}

/// The price of one RPU for one hour.
type RpuPrice = Per<Usd, Rpu, Duration>

/// What an hour of something costs.
type HourPrice = Per<Usd, Duration>
