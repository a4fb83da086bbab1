{#- Failing means: at some instant the key has two states, or an interval is empty or reversed; whatever is counted at an
    instant would be counted twice or never. -#}
{% test intervals_do_not_overlap(model, key, valid_from="valid_from", valid_to="valid_to") %}
    select *
    from (
        select
            {{ key | join(", ") }},
            {{ valid_from }} as starts_at,
            {{ valid_to }} as ends_at,
            lead({{ valid_from }}) over (partition by {{ key | join(", ") }} order by {{ valid_from }}) as next_starts_at
        from {{ model }}
    ) as intervals
    where starts_at is null or ends_at is null or ends_at <= starts_at or next_starts_at < ends_at
{% endtest %}
