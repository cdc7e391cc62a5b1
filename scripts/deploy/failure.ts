// Why a command can't go on, for people. Rule: it says what to do; everything else that is thrown is a bug.

export class Failure extends Error {}
