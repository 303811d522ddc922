import SubstrataCommand

Tool.main(on: registry)
