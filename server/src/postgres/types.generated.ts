// Made by scripts/generate-functions.mjs on servers 14 to 18. Do not edit.

/** PostgreSQL's own types, as pg_type has them, without arrays and row types. */
export const typeNames = `aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray
anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char
cid cidr circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector
index_am_handler inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal
interval json jsonb jsonpath language_handler line lseg macaddr macaddr8 money name numeric nummultirange
numrange oid oidvector path pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_ddl_command
pg_dependencies pg_lsn pg_mcv_list pg_ndistinct pg_node_tree pg_snapshot point polygon record refcursor
regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure
regrole regtype table_am_handler text tid time timestamp timestamptz timetz trigger tsm_handler
tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar
void xid xid8 xml`;

/** Casts that change nothing in the stored value: `source=target`. */
export const binaryCasts = `bit=varbit cidr=inet citext=bpchar citext=text citext=varchar int4=oid int4=regclass int4=regcollation
int4=regconfig int4=regdictionary int4=regnamespace int4=regoper int4=regoperator int4=regproc
int4=regprocedure int4=regrole int4=regtype oid=int4 oid=regclass oid=regcollation oid=regconfig
oid=regdictionary oid=regnamespace oid=regoper oid=regoperator oid=regproc oid=regprocedure oid=regrole
oid=regtype pg_dependencies=bytea pg_mcv_list=bytea pg_ndistinct=bytea pg_node_tree=text regclass=int4
regclass=oid regcollation=int4 regcollation=oid regconfig=int4 regconfig=oid regdictionary=int4
regdictionary=oid regnamespace=int4 regnamespace=oid regoper=int4 regoper=oid regoper=regoperator
regoperator=int4 regoperator=oid regoperator=regoper regproc=int4 regproc=oid regproc=regprocedure
regprocedure=int4 regprocedure=oid regprocedure=regproc regrole=int4 regrole=oid regtype=int4 regtype=oid
text=bpchar text=citext text=varchar varbit=bit varchar=bpchar varchar=citext varchar=text xml=bpchar
xml=text xml=varchar`;

/** The default operator class of each type, by index method: `type=class`. */
export const defaultOperatorClasses: Readonly<Record<string, string>> = {
  brin: `anyrange=range_inclusion_ops bit=bit_minmax_ops box=box_inclusion_ops bpchar=bpchar_minmax_ops
bytea=bytea_minmax_ops char=char_minmax_ops date=date_minmax_ops float4=float4_minmax_ops
float8=float8_minmax_ops inet=inet_inclusion_ops int2=int2_minmax_ops int4=int4_minmax_ops
int8=int8_minmax_ops interval=interval_minmax_ops macaddr=macaddr_minmax_ops macaddr8=macaddr8_minmax_ops
name=name_minmax_ops numeric=numeric_minmax_ops oid=oid_minmax_ops pg_lsn=pg_lsn_minmax_ops
text=text_minmax_ops tid=tid_minmax_ops time=time_minmax_ops timestamp=timestamp_minmax_ops
timestamptz=timestamptz_minmax_ops timetz=timetz_minmax_ops uuid=uuid_minmax_ops varbit=varbit_minmax_ops`,
  btree: `anyarray=array_ops anyenum=enum_ops anymultirange=multirange_ops anyrange=range_ops bit=bit_ops
bool=bool_ops bpchar=bpchar_ops bytea=bytea_ops char=char_ops citext=citext_ops date=date_ops
float4=float4_ops float8=float8_ops hstore=btree_hstore_ops inet=inet_ops int2=int2_ops int4=int4_ops
int8=int8_ops interval=interval_ops jsonb=jsonb_ops ltree=ltree_ops macaddr=macaddr_ops
macaddr8=macaddr8_ops money=money_ops name=name_ops numeric=numeric_ops oid=oid_ops
oidvector=oidvector_ops pg_lsn=pg_lsn_ops record=record_ops text=text_ops tid=tid_ops time=time_ops
timestamp=timestamp_ops timestamptz=timestamptz_ops timetz=timetz_ops tsquery=tsquery_ops
tsvector=tsvector_ops uuid=uuid_ops varbit=varbit_ops xid8=xid8_ops`,
  gin: `anyarray=array_ops hstore=gin_hstore_ops jsonb=jsonb_ops tsvector=tsvector_ops`,
  gist: `_int4=gist__int_ops _ltree=gist__ltree_ops anymultirange=multirange_ops anyrange=range_ops box=box_ops
circle=circle_ops hstore=gist_hstore_ops ltree=gist_ltree_ops point=point_ops polygon=poly_ops
tsquery=tsquery_ops tsvector=tsvector_ops`,
  hash: `aclitem=aclitem_ops anyarray=array_ops anyenum=enum_ops anymultirange=multirange_ops anyrange=range_ops
bool=bool_ops bpchar=bpchar_ops bytea=bytea_ops char=char_ops cid=cid_ops citext=citext_ops date=date_ops
float4=float4_ops float8=float8_ops hstore=hash_hstore_ops inet=inet_ops int2=int2_ops int4=int4_ops
int8=int8_ops interval=interval_ops jsonb=jsonb_ops ltree=hash_ltree_ops macaddr=macaddr_ops
macaddr8=macaddr8_ops name=name_ops numeric=numeric_ops oid=oid_ops oidvector=oidvector_ops
pg_lsn=pg_lsn_ops record=record_ops text=text_ops tid=tid_ops time=time_ops timestamp=timestamp_ops
timestamptz=timestamptz_ops timetz=timetz_ops uuid=uuid_ops xid=xid_ops xid8=xid8_ops`,
  spgist: `anyrange=range_ops box=box_ops inet=inet_ops point=quad_point_ops polygon=poly_ops text=text_ops`,
};
