internal import SubstrataCommand
internal import Substrates

Tool.main(on: registry)
