"""How a roster's texts are shown before they are imported."""

import pytest

from hengli_visits.imports.formats import quiet


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话号码已统一写作 19807690002。", "电话号码已统一写作 198****0002。"),
        ("+86 198-0769-0003/19807690004", "+86 198****0003/198****0004"),
        ("+8619807690006", "+86198****0006"),
        ("１９８０７６９０００５", "１９８****０００５"),
        ("“1990769”不是有效的电话号码。", "“1990769”不是有效的电话号码。"),
        ("统一社会信用代码 914419001234567890123", "统一社会信用代码 914419001234567890123"),
    ],
)
def test_mobile_numbers_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert quiet(text) == shown
