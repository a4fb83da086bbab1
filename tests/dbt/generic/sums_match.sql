{#- Failing means: money was lost, doubled or changed between two tables; each row is a currency with both sums.
    `columns` are summed in the model and `compare_columns` in `compare_to`; `compare_distinct` names what makes a record one
    record there (bronze holds every delivery). -#}
{% test sums_match(model, compare_to, columns, compare_columns=none, compare_distinct=none, by="currency",
                   compare_by=none, where_model=none, compare_where=none) %}
    {%- set theirs = compare_columns or columns %}
    with ours as (
        select
            {{ by }} as currency,
            {%- for column in columns %}
            sum({{ column }}) as sum_{{ loop.index }},
            {%- endfor %}
            count(*) as row_count
        from {{ model }}
        where {{ where_model or "true" }}
        group by {{ by }}
    ),

    records as (
        select {{ "distinct" if compare_distinct }}
            {%- for column in compare_distinct or [] %}
            {{ column }} as part_{{ loop.index }},
            {%- endfor %}
            {%- for column in theirs %}
            {{ column }} as amount_{{ loop.index }},
            {%- endfor %}
            {{ compare_by or by }} as currency
        from {{ compare_to }}
        where {{ compare_where or "true" }}
    ),

    other as (
        select
            currency,
            {%- for column in theirs %}
            sum(amount_{{ loop.index }}) as sum_{{ loop.index }},
            {%- endfor %}
            count(*) as row_count
        from records
        group by currency
    )

    select
        coalesce(ours.currency, other.currency) as currency,
        {%- for column in columns %}
        ours.sum_{{ loop.index }} as model_sum_{{ loop.index }},
        other.sum_{{ loop.index }} as compared_sum_{{ loop.index }},
        {%- endfor %}
        ours.row_count as model_rows,
        other.row_count as compared_rows
    from ours
    full outer join other on ours.currency = other.currency
    where ours.row_count is distinct from other.row_count
        {%- for column in columns %}
        or ours.sum_{{ loop.index }} is distinct from other.sum_{{ loop.index }}
        {%- endfor %}
{% endtest %}
