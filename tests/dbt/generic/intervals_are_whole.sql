{#- Failing means: a key has at some instant two states or none between its first one and its last, an interval is empty or
    reversed, or a key has several current rows, or none, or another one than its last; whatever is counted at an instant is
    counted twice or never, and what is carried along the history drops and comes back. `is_current` is left out where a
    table has no such column. A history that `may_have_gaps` stops where its key is gone and goes on when it comes back: it has at
    most one current row, its last. -#}
{% test intervals_are_whole(model, key, valid_from="valid_from", valid_to="valid_to", is_current=none, may_have_gaps=false) %}
    select *
    from (
        select
            {{ key | join(", ") }},
            {{ valid_from }} as starts_at,
            {{ valid_to }} as ends_at,
            {{ is_current or "cast(null as boolean)" }} as is_current_row,
            lead({{ valid_from }}) over (partition by {{ key | join(", ") }} order by {{ valid_from }}, {{ valid_to }})
                as next_starts_at
        from {{ model }}
    ) as intervals
    where starts_at is null or ends_at is null or ends_at <= starts_at or next_starts_at < ends_at
        {%- if not may_have_gaps %}
        or coalesce(next_starts_at, {{ open_end() }}) > ends_at
        {%- endif %}
        or (is_current_row and next_starts_at is not null)
        or is_current_row <> (ends_at = {{ open_end() }})
{% endtest %}
