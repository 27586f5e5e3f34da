import dataclasses

from encoder.faces.decoding.limits import DecodingLimits


def test_limits_cross_the_command_line():
    fields = dataclasses.fields(DecodingLimits)
    limits = DecodingLimits(**{field.name: number for number, field in enumerate(fields, 11)})
    assert DecodingLimits.of_arguments(limits.arguments()) == limits
