{#- Failing means: between its first state and the open end a key has an instant without a state, or not exactly its last
    row is current; balances carried along the history would drop and come back. -#}
{% test intervals_have_no_gaps(model, key, valid_from="valid_from", valid_to="valid_to", is_current="is_current") %}
    select *
    from (
        select
            {{ key | join(", ") }},
            {{ valid_to }} as ends_at,
            {{ is_current }} as is_current_row,
            lead({{ valid_from }}, 1, {{ open_end() }})
                over (partition by {{ key | join(", ") }} order by {{ valid_from }}) as next_starts_at
        from {{ model }}
    ) as intervals
    where next_starts_at <> ends_at or is_current_row <> (ends_at = {{ open_end() }})
{% endtest %}
