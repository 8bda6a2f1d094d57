"""A contract and its model that change in one apply, under load. ``extensive`` has other changes, and a model that does not start."""

from contract_updates import ContractUpdate, trained


class TestAColumnAndAnOutputStep(ContractUpdate):
    name = "apart"
    before = trained("abc", seed=1)
    after = trained("abcd", "expm1", seed=2)
