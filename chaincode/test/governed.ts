import { profileOf, regulator, RULEBOOK, who, World } from './world.js';

/** Unlike in `constituted()`, every office is held by an organisation of its own. */
export const operator = who('OperatorMSP');
export const secondRegulator = who('SecondRegulatorMSP');
export const registrar = who('RegistrarMSP');
export const stranger = who('StrangerMSP');

type Organisation = ReturnType<typeof who>;

/** Admit an organisation and let it accept the rulebook in force. */
async function join(world: World, by: Organisation, member: Organisation): Promise<void> {
  await world.run(by, 'participants:Admit', profileOf(member.mspId));
  await world.run(member, 'participants:Activate', { participantId: member.participant, rulebook: 1 });
}

/** A space with an operator, two regulators, a registrar, and the members given; all active, none certified. */
export async function governed(...members: Organisation[]): Promise<World> {
  const world = new World();
  await world.run(operator, 'space:Constitute', constitution());
  for (const member of [regulator, secondRegulator, registrar, ...members])
    await join(world, operator, member);
  return world;
}

export const constitution = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'Test space',
  regulators: [regulator.participant, secondRegulator.participant],
  registrars: [registrar.participant],
  auditors: [],
  rulebook: RULEBOOK,
  founder: profileOf('OperatorMSP'),
  ...changes,
});
