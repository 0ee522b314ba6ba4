"""数据接口: other systems read what their key opens, and are told of events."""
