"""Lambda functions as processes: LocalStack's executor, the runtime process, the API it polls, and its reaper."""
