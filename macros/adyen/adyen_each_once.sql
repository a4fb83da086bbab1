{#- Records of reports that overlap, each once: a batch asked for again with more columns, a week inside a month. Equal records of
    one file are different records, so the n-th of them in one file is the n-th in another. `says_less` is true for a copy
    that comes last. -#}
{% macro adyen_each_once(records, keys, says_less) %}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ keys | join(", ") }}, copy_number
                order by {{ says_less }}, source_file_id
            ) as choice
        from (
            select
                *,
                row_number() over (
                    partition by {{ keys | join(", ") }}, source_file_id
                    order by source_record
                ) as copy_number
            from {{ records }}
        ) as numbered
    ) as copies
    where choice = 1
{% endmacro %}
