"""What `retained doctor` looks at: one function a question, each with how to mend it."""
