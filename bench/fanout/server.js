// The peer: Node socket.io without storage. `PORT=18000 node server.js`
const { Server } = require('socket.io');
const io = new Server(+process.env.PORT, { transports: ['websocket'], perMessageDeflate: false, wsEngine: require('ws').Server });
io.on('connection', socket => {
  socket.on('join', data => { socket.join(data.room); socket.emit('joined', data); });
  socket.on('msg', data => io.to(data.room).emit('msg', { id: 1, user: 'u1', t: data.t, body: data.body }));
});
