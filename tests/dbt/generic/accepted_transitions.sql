{#- Failing means: a history goes from a state to one that the provider's own life cycle does not allow, so events are
    missing, out of order or misread. `transitions` maps a state to the states that may follow it. -#}
{% test accepted_transitions(model, column_name, key, transitions, valid_from="valid_from") %}
    select *
    from (
        select
            {{ key | join(", ") }},
            {{ valid_from }} as changed_at,
            {{ column_name }} as next_state,
            lag({{ column_name }}) over (partition by {{ key | join(", ") }} order by {{ valid_from }}) as state
        from {{ model }}
    ) as steps
    where state <> next_state
        and not (
            {%- for state, followers in transitions.items() %}
            {{ "or " if not loop.first }}(state = '{{ state }}' and next_state in ('{{ followers | join("', '") }}'))
            {%- endfor %}
        )
{% endtest %}
