{#- The interval of a plan, which Recurly counts in days or months, in exports in weeks and years too: day, week, month or year.
    Twelve months are a year. -#}
{% macro recurly_interval(unit, length) -%}
    case
        when lower({{ unit }}) like 'month%' and {{ length }} % 12 = 0 then 'year'
        else regexp_replace(lower({{ unit }}), 's$', '')
    end
{%- endmacro %}

{#- How many of those intervals a billing period has. -#}
{% macro recurly_interval_count(unit, length) -%}
    case
        when lower({{ unit }}) like 'month%' and {{ length }} % 12 = 0 then cast({{ length }} div 12 as int)
        else {{ length }}
    end
{%- endmacro %}
