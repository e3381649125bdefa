//! Functions of Redshift's that are not emulated: calling one is refused by its name, any other name doesn't exist.

/// Redshift guide, "SQL functions reference".
const FUNCTIONS: &str = "
array array_concat array_flatten array_contains array_distinct array_except array_intersection array_position
array_positions array_sort array_union get_array_length get_number_attributes lower_attribute_names
upper_attribute_names split_to_array subarray object object_transform
bit_and bit_or bit_xor bit_count
collate crc32 soundex difference fnv_hash farmhash64 checksum func_sha1 sha sha1 digest murmur3_32_hash
bpcharcmp bttext_pattern_cmp convert cot strtok levenshtein quote_nullable
date_cmp date_cmp_timestamp date_cmp_timestamptz interval_cmp sysdate timeofday timestamp_cmp timestamp_cmp_date
timestamp_cmp_timestamptz timestamptz_cmp timestamptz_cmp_date timestamptz_cmp_timestamp age
getbit from_hex from_varbyte to_varbyte hex_to_bigint
hll hll_create_sketch hll_cardinality hll_combine hll_combine_sketches
json_parse json_serialize
json_serialize_to_varbyte json_size json_typeof can_json_parse
is_array is_bigint is_boolean is_char is_decimal is_float is_integer is_object is_scalar is_smallint is_varchar
decimal_precision decimal_scale size
st_area st_asbinary st_asewkb st_asewkt st_asgeojson st_astext st_buffer st_centroid st_contains st_distance
st_distancesphere st_geomfromtext st_intersects st_length st_makepoint st_point st_within st_x st_y
h3_boundary h3_center h3_fromlonglat h3_frompoint
generate_series rollup cube grouping grouping_id grouping_sets
current_schemas has_assumerole_privilege last_user_query_id pg_get_cols
pg_get_grantee_by_iam_role pg_get_iam_role_by_user pg_get_session_roles pg_last_copy_count pg_last_copy_id
pg_last_query_id pg_last_unload_count pg_last_unload_id pg_cancel_backend pg_terminate_backend slice_num user_is_member_of
role_is_member_of default_iam_role change_query_priority change_session_priority
change_user_priority set_config explain_model text_to_int_alt text_to_numeric_alt
";

/// Says whether Redshift has a function of this name.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.split_whitespace().any(|known| known == name)
}
