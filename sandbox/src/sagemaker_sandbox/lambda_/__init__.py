"""Lambda functions as processes: LocalStack's executor, the runtime process, its Runtime API and its reaper."""
