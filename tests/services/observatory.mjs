// Mozilla's scanner against a site on this machine: the scanner asks for http://NAME and https://NAME as it would of
// any site, and this sends those two doors to local ports. Arguments: the scanner's folder, the name, the two ports, and the path of the page to scan.
import net from "node:net";

const [folder, name, http, https, path] = process.argv.slice(2);
const ports = { 80: Number(http), 443: Number(https) };
const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options.host !== name) throw new Error(`the scanner called ${options.host}`);
  Object.assign(options, { host: "127.0.0.1", port: ports[options.port] });
  return connect.apply(this, given);
};

const { scan } = await import(`${folder}/src/scanner/index.js`);
const { scan: whole, tests } = await scan(name + path);
console.log(JSON.stringify({ score: whole.score, grade: whole.grade, tests }));
