import { mount } from 'svelte'
import './stand-in.css'
import './app.css'
import App from './App.svelte'

mount(App, { target: document.getElementById('page')! })
