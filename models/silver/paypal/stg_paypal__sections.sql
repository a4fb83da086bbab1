{{ config(materialized="ephemeral") }}

select
    _file_id as source_file_id,
    get_json_object(cells, '$[3]') as account_id,
    _record as opened_by,
    lead(_record, 1, cast(9223372036854775807 as bigint))
        over (partition by _file_id order by _record)
        as next_opened_by
from {{ source("bronze_paypal", "report_frames") }}
where kind = 'SH'
