{#- Lines of reports that have no id, each as often as the file that has it most often: `copy` numbers the equal lines of a
    file, and of all files that have a line's copy the first by id keeps it. Equal lines inside one file stay; the same report
    delivered again in other bytes adds nothing. Reads a CTE `lines` with source_file_id and source_record. `says_less` is
    true for a line whose file knows less of it than others may: such a file comes last. -#}
{% macro delivered_once(columns, says_less=none) -%}
    select
        *,
        row_number() over (
            partition by {{ columns | join(", ") }}, copy
            order by {% if says_less %}{{ says_less }}, {% endif %}source_file_id
        ) as delivery
    from (
        select
            *,
            row_number() over (
                partition by {{ columns | join(", ") }}, source_file_id
                order by source_record
            ) as copy
        from lines
    ) as numbered
{%- endmacro %}
