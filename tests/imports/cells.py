"""Cells as odd as they come, for property tests."""

from datetime import date

from hypothesis import strategies as st

PIECES = st.sampled_from(
    ["张三", " ", "\u3000", "(组长)", "（已故）", "·", "•", "１３８", "13800000000", "19807690037", "+86", "-", "/", "、", "0769-83700000",
     "转801", "3", "人", "1975", ".", "08", "年", "月", "长巷村", "横沥镇", "横沥", "恒泉", "一巷", "文明路", "37号", "之一", "A栋", "困难", "户", "无",
     "\n", "\x00", "_x000D_", "㈱", "Ａ", "ｂ", "十", "二", "路", "大道", "村委会", "(", ")"]
)  # fmt: skip
CELLS = st.one_of(
    st.lists(PIECES, max_size=6).map("".join),
    st.text(max_size=30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.none(),
    st.booleans(),
)
