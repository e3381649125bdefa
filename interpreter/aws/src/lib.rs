//! The resource kinds, as calls of AWS.
