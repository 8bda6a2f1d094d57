"""Each kind of change of a contract and its model, in one apply, under load."""

from contract_updates import ContractUpdate, trained


class TestAColumnAdded(ContractUpdate):
    name = "added"
    before = trained("abc", seed=1)
    after = trained("abcd", seed=2)


class TestAColumnRemoved(ContractUpdate):
    name = "removed"
    before = trained("abcd", seed=2)
    after = trained("bcd", seed=3)


class TestAnOutputStepChanged(ContractUpdate):
    name = "changed"
    before = trained("bcd", seed=3)
    after = trained("bcd", "expm1", seed=4)
