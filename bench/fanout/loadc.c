// Load client for Socket.IO over WebSocket: one epoll loop, loopback only. gcc -O2 loadc.c -o loadc -lz
//
// -n listeners, -w messages in flight or -m messages a second, -d seconds measured, -W seconds before, -p ports,
// -P server pids (their CPU is read from /proc), -c file with one cookie header a line, -r room, -b letters a message.
// The first listener also writes. It speaks one of two sets of events:
//   peers:    join {room} -> joined, msg {room,t,body} -> msg {..,t}
//   -e site:  join {room} with ack, say {room,text,client_id} with ack -> said {..,client_id,..}
// Prints one JSON line; srv_us, server CPU per delivered frame in microseconds, is the steady figure.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <time.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <zlib.h>
typedef struct {int fd; char*buf; int len,cap; int defl; z_stream zs; int recv;} C;
static C*cs; static int N=200,Z=0,W=0,PAY=80,DUR=5,WARM=1,conns_ok; static double M=10; static int ports[16],np; static const char*path="/socket.io/";
static char**cookies; static int nck; static int pids[16],npid; static const char*room="r1"; static int site=0;
static uint64_t now(){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec*1000000000ull+t.tv_nsec;}
static double cpu(int pid){char f[64],b[1024];sprintf(f,"/proc/%d/stat",pid);FILE*h=fopen(f,"r");if(!h)return 0;size_t n=fread(b,1,1023,h);fclose(h);b[n]=0;char*p=strrchr(b,')')+2;unsigned long u=0,s=0;int i=0;for(char*q=strtok(p," ");q;q=strtok(0," ")){if(i==11)u=strtoul(q,0,10);if(i==12)s=strtoul(q,0,10);i++;}return (u+s)/(double)sysconf(_SC_CLK_TCK);}
static long rss(int pid){char f[64],b[256];sprintf(f,"/proc/%d/statm",pid);FILE*h=fopen(f,"r");if(!h)return 0;long a=0,r=0;if(fscanf(h,"%ld %ld",&a,&r)!=2)r=0;fclose(h);(void)b;return r*4;}
static double srvcpu(){double s=0;for(int i=0;i<npid;i++)s+=cpu(pids[i]);return s;}
static double mycpu(){struct rusage r;getrusage(RUSAGE_SELF,&r);return r.ru_utime.tv_sec+r.ru_stime.tv_sec+(r.ru_utime.tv_usec+r.ru_stime.tv_usec)/1e6;}
static int wsend(C*c,const char*s,int n){unsigned char h[16384];int k=0;h[k++]=0x81;if(n<126)h[k++]=0x80|n;else{h[k++]=0x80|126;h[k++]=n>>8;h[k++]=n&255;}unsigned char m[4]={1,2,3,4};memcpy(h+k,m,4);k+=4;for(int i=0;i<n;i++)h[k++]=s[i]^m[i&3];int r=send(c->fd,h,k,MSG_NOSIGNAL);if(r!=k){fprintf(stderr,"short send %d %d\n",r,errno);return -1;}return 0;}
static char ibuf[1<<20];
// returns payload length or -1 incomplete; sets p, consumed
static int frame(C*c,int off,char**p,int*used,int*op){int a=c->len-off;unsigned char*b=(unsigned char*)c->buf+off;if(a<2)return -1;int l=b[1]&127,k=2;if(l==126){if(a<4)return -1;l=b[2]<<8|b[3];k=4;}else if(l==127){if(a<10)return -1;l=0;for(int i=6;i<10;i++)l=l<<8|b[i];k=10;}if(a<k+l)return -1;*op=b[0]&15;*used=k+l;*p=(char*)b+k;
 if(b[0]&0x40){ if(!c->defl){memset(&c->zs,0,sizeof c->zs);inflateInit2(&c->zs,-15);c->defl=1;} unsigned char t[65536];memcpy(t,b+k,l);memcpy(t+l,"\0\0\xff\xff",4);c->zs.next_in=t;c->zs.avail_in=l+4;c->zs.next_out=(void*)ibuf;c->zs.avail_out=sizeof ibuf;int r=inflate(&c->zs,Z_SYNC_FLUSH);if(r!=Z_OK&&r!=Z_BUF_ERROR)fprintf(stderr,"inflate %d\n",r);*p=ibuf;return sizeof ibuf-c->zs.avail_out;}
 return l;}
static int rd(C*c){if(c->cap-c->len<65536){c->cap=c->cap*2+131072;c->buf=realloc(c->buf,c->cap);}int r=recv(c->fd,c->buf+c->len,c->cap-c->len-1,0);if(r>0)c->len+=r;return r;}
static int waitframe(C*c,const char*pre){for(;;){char*p;int u,op;int l=frame(c,0,&p,&u,&op);if(l>=0){int ok=l>=(int)strlen(pre)&&!memcmp(p,pre,strlen(pre));if(!ok&&op==8){fprintf(stderr,"close frame\n");return -1;}if(!ok&&l==1&&p[0]=='2')wsend(c,"3",1);if(!ok&&l>1&&p[0]=='4'&&p[1]=='4'){fprintf(stderr,"refused %.*s\n",l,p);return -1;}memmove(c->buf,c->buf+u,c->len-u);c->len-=u;if(ok)return 0;continue;}if(rd(c)<=0)return -1;}}
static int conn(C*c,int i){memset(c,0,sizeof *c);c->fd=socket(AF_INET,SOCK_STREAM,0);int one=1;setsockopt(c->fd,IPPROTO_TCP,TCP_NODELAY,&one,4);struct timeval tv={20,0};setsockopt(c->fd,SOL_SOCKET,SO_RCVTIMEO,&tv,sizeof tv);struct sockaddr_in a={.sin_family=AF_INET,.sin_port=htons(ports[i%np])};a.sin_addr.s_addr=htonl(INADDR_LOOPBACK);if(connect(c->fd,(void*)&a,sizeof a)){perror("connect");return -1;}
 char q[4096];int n=sprintf(q,"GET %s?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s\r\n",path,ports[i%np],Z?"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n":"",nck?"Cookie: ":"",nck?cookies[i%nck]:"",nck?"\r\n":"");
 if(send(c->fd,q,n,0)!=n)return -1;for(;;){if(rd(c)<=0){fprintf(stderr,"handshake eof %d\n",i);return -1;}c->buf[c->len]=0;char*e=strstr(c->buf,"\r\n\r\n");if(e){if(strncmp(c->buf,"HTTP/1.1 101",12)){fprintf(stderr,"bad: %.60s\n",c->buf);return -1;}int h=e+4-c->buf;memmove(c->buf,c->buf+h,c->len-h);c->len-=h;break;}}
 if(waitframe(c,"0"))return -1;wsend(c,"40",2);if(waitframe(c,"40"))return -1;char j[128];n=sprintf(j,site?"420[\"join\",{\"room\":\"%s\"}]":"42[\"join\",{\"room\":\"%s\"}]",room);wsend(c,j,n);if(waitframe(c,site?"430[":"42[\"joined\""))return -1;return 0;}
// Between connecting: whoever is connected already answers pings, else a slow crowd is closed before the start.
static void calm(int upto){for(int k=0;k<upto;k++){C*c=&cs[k];if(c->cap-c->len<65536){c->cap=c->cap*2+131072;c->buf=realloc(c->buf,c->cap);}int r=recv(c->fd,c->buf+c->len,c->cap-c->len-1,MSG_DONTWAIT);if(r>0)c->len+=r;
 int off=0;for(;;){char*p;int u,op;int l=frame(c,off,&p,&u,&op);if(l<0)break;if(op==1&&l==1&&p[0]=='2')wsend(c,"3",1);off+=u;}if(off){memmove(c->buf,c->buf+off,c->len-off);c->len-=off;}}}
#define HB 20000
static uint32_t*hist;static uint64_t hn;static uint64_t maxlat;
static void rec(uint64_t ns){uint64_t us=ns/50000;if(us>=HB*10)us=HB*10-1;hist[us]++;hn++;if(ns>maxlat)maxlat=ns;}
static double pct(double q){uint64_t k=q*hn,s=0;for(int i=0;i<HB*10;i++){s+=hist[i];if(s>k)return i*0.05;}return -1;}
int main(int ac,char**av){int o;while((o=getopt(ac,av,"n:m:w:d:W:p:z:c:P:y:b:r:e:"))!=-1)switch(o){case'n':N=atoi(optarg);break;case'm':M=atof(optarg);break;case'w':W=atoi(optarg);break;case'd':DUR=atoi(optarg);break;case'W':WARM=atoi(optarg);break;case'p':for(char*q=strtok(optarg,",");q;q=strtok(0,","))ports[np++]=atoi(q);break;case'z':Z=atoi(optarg);break;case'P':for(char*q=strtok(optarg,",");q;q=strtok(0,","))pids[npid++]=atoi(q);break;case'y':path=optarg;break;case'b':PAY=atoi(optarg);break;case'r':room=optarg;break;case'e':site=!strcmp(optarg,"site");break;case'c':{FILE*f=fopen(optarg,"r");char l[2048];cookies=malloc(sizeof(char*)*100000);while(f&&fgets(l,sizeof l,f)){l[strcspn(l,"\r\n")]=0;cookies[nck++]=strdup(l);}}}
 hist=calloc(HB*10,4);cs=calloc(N,sizeof(C));uint64_t t0=now();for(int i=0;i<N;i++){if(conn(&cs[i],i)){fprintf(stderr,"conn %d failed\n",i);return 1;}if(i%50==49)calm(i);}
 double conn_s=(now()-t0)/1e9;int ep=epoll_create1(0);for(int i=0;i<N;i++){fcntl(cs[i].fd,F_SETFL,O_NONBLOCK);struct epoll_event e={.events=EPOLLIN,.data.u32=i};epoll_ctl(ep,EPOLL_CTL_ADD,cs[i].fd,&e);}
 char body[8192];memset(body,'x',PAY);body[PAY]=0;
 uint64_t start=now(),mstart=start+WARM*1000000000ull,end=mstart+DUR*1000000000ull,next=start;uint64_t sent=0,mdel=0,total=0,msent=0;uint64_t tf=0;double c0=0,s0=0;int inmeas=0;uint64_t period=M>0?1e9/M:0;struct epoll_event ev[256];uint64_t drain=end+3000000000ull;int closed=0;double c1=0,s1=0;uint64_t tmeas=0,tend=0;
 for(;;){uint64_t t=now();if(!inmeas&&t>=mstart){inmeas=1;c0=mycpu();s0=srvcpu();tmeas=t;}
  if(inmeas==1&&t>=end){inmeas=2;c1=mycpu();s1=srvcpu();tend=t;}
  if(inmeas==2&&(total>=sent*(uint64_t)N||t>drain))break;
  while(t<end&&((W&&sent*N<total+(uint64_t)W*N)||(!W&&t>=next))){char j[9000];int n=site?sprintf(j,"421[\"say\",{\"room\":\"%s\",\"client_id\":\"%llu\",\"text\":\"%s\"}]",room,(unsigned long long)now(),body):sprintf(j,"42[\"msg\",{\"room\":\"%s\",\"t\":%llu,\"body\":\"%s\"}]",room,(unsigned long long)now(),body);if(wsend(&cs[0],j,n))goto done;sent++;if(inmeas==1)msent++;next+=period;if(!W&&t<next)break;}
  int to=100;if(!W){uint64_t tt=now();to=next>tt?(int)((next-tt)/1000000):0;if(to>50)to=50;if(t>=end)to=50;}
  int n=epoll_wait(ep,ev,256,to);for(int k=0;k<n;k++){C*c=&cs[ev[k].data.u32];int r=rd(c);if(r<=0){if(r<0&&errno==EAGAIN)continue;closed++;epoll_ctl(ep,EPOLL_CTL_DEL,c->fd,0);continue;}
   int off=0;for(;;){char*p;int u,op;int l=frame(c,off,&p,&u,&op);if(l<0)break;if(op==1&&l>9&&!memcmp(p,site?"42[\"said\"":"42[\"msg\"",site?9:8)){char*q=site?memmem(p,l,"\"client_id\":\"",13):memmem(p,l,"\"t\":",4);if(q){uint64_t ts=strtoull(q+(site?13:4),0,10);total++;uint64_t nn=now();if(inmeas==1){mdel++;}if(ts>=mstart&&ts<end)rec(nn-ts);}}else if(op==1&&l==1&&p[0]=='2')wsend(c,"3",1);off+=u;}
   if(off){memmove(c->buf,c->buf+off,c->len-off);c->len-=off;}}}
done:;double secs=(tend-tmeas)/1e9;long mem=0;for(int i=0;i<npid;i++)mem+=rss(pids[i]);
 printf("{\"n\":%d,\"rate\":%.1f,\"w\":%d,\"conn_s\":%.2f,\"sent\":%llu,\"deliv_s\":%.0f,\"msg_s\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f,\"lost\":%lld,\"closed\":%d,\"srv_us\":%.2f,\"srv_cpu\":%.2f,\"cli_us\":%.2f,\"cli_cpu\":%.2f,\"rss_mb\":%ld}\n",N,W?0:M,W,conn_s,(unsigned long long)sent,mdel/secs,mdel/secs/N,pct(.5),pct(.99),maxlat/1e6,(long long)(sent*(uint64_t)N-total),closed,mdel?(s1-s0)/mdel*1e6:0,(s1-s0)/secs,mdel?(c1-c0)/mdel*1e6:0,(c1-c0)/secs,mem/1024);return 0;}
