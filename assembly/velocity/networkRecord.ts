import { alloc } from "../memory";
import { NETWORK, Velocity } from "./record";

/** A network as two programs: one for what depends on the time alone, one for the rows. */
@unmanaged
export class Network extends Velocity {
  timeProgram: usize;
  timeLength: i32;
  stateProgram: usize;
  stateLength: i32;
  bytesPerRow: i32;
  output: i32;
  prediction: i32;
  until: f64;
  own: usize; // the schedule that it was trained on, 0 where that is the flow's
  condition: usize; // f32, where the programs read what they are told; 0 for a network that is told nothing
  conditionWidth: i32;
  toldStep: i32; // bytes from one row's to the next, 0 where all have one
  untold: usize; // f32, what is read where nothing is told
  told: usize; // as of `tell`
  guidance: f64;
  guidedFrom: f64;
  guidedTo: f64;
}

/** A record over programs that stay where they are; 0 where memory cannot grow. */
export function newNetwork(
  schedule: usize,
  dim: i32,
  timeProgram: usize,
  timeLength: i32,
  stateProgram: usize,
  stateLength: i32,
  bytesPerRow: i32,
  output: i32,
  prediction: i32,
  until: f64,
  own: usize,
  condition: usize,
  conditionWidth: i32,
  untold: usize
): usize {
  const address = alloc(offsetof<Network>());
  if (!address) return 0;
  const network = changetype<Network>(address);
  network.kind = NETWORK;
  network.schedule = schedule;
  network.dim = dim;
  network.timeProgram = timeProgram;
  network.timeLength = timeLength;
  network.stateProgram = stateProgram;
  network.stateLength = stateLength;
  network.bytesPerRow = bytesPerRow;
  network.output = output;
  network.prediction = prediction;
  network.until = until;
  network.own = own;
  network.condition = condition;
  network.conditionWidth = conditionWidth;
  network.untold = untold;
  network.told = 0;
  return address;
}
