"""What tests and benchmarks share: where things lie, copies of the sample day, a place to run JupyterLab in."""
